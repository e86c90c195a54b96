MISSING = object()


class Answer:
    """A response: its status, its headers by small letters, and its body. The status is None without a response."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        try:
            self.json = json.loads(body)
        except ValueError:
            self.json = MISSING


def unescaped(text):
    """The text with the escapes of JSON read."""
    names = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}

    def read(escape):
        one = escape.group(1)
        if len(one) > 1:
            return chr(int(one[1:], 16)).encode("utf-8", "replace")
        return names.get(one, one)

    return re.sub(rb"\\(u[0-9a-fA-F]{4}|.)", read, text, flags=re.DOTALL)


def spells(data, token):
    """Whether bytes spell the token: as it is, by escapes of JSON or of URLs, in base64, or in digits."""
    forms = {token.encode()}
    if len(token) >= 8:
        digits = token.encode().hex()
        forms |= {digits.encode(), digits.upper().encode()}
        for shift in range(3):
            letters = base64.b64encode(bytes(shift) + token.encode())
            inner = letters[-(-shift * 8 // 6):(shift + len(token.encode())) * 8 // 6]
            forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    texts = [data]
    for _ in range(2):
        texts += [read(text) for text in texts for read in (unescaped, urllib.parse.unquote_to_bytes)]
    return any(form in text for text in texts for form in forms)


def at(value, *steps):
    """What stands at a path of member names and places, or MISSING."""
    for step in steps:
        if isinstance(step, str) and isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return MISSING
    return value


def each(value, *steps):
    """What stands at a path in each element of a list; [MISSING] if it is no list."""
    return [at(one, *steps) for one in value] if isinstance(value, list) else [MISSING]


def same(left, right):
    """Whether two values of JSON are equal; True is not 1."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def whole(value):
    """The value of a whole number, written as 3 or as 3.0, or None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def within(value, least, most):
    value = whole(value)
    return value is not None and least <= value <= most


def is_text(value):
    return isinstance(value, str) and value != ""


def is_list(value, least, most):
    return isinstance(value, list) and least <= len(value) <= most


def number(value):
    """The value of a number, or of text that spells one, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def repeats(value, wanted):
    """Whether a member of an error entry is one of the values wanted, or says nothing."""
    if value is MISSING or value is None:
        return True
    equal = any(same(value, one) for one in wanted)
    return equal or any(number(one) is not None and number(one) == number(value) for one in wanted)


def in_ranges(value, ranges):
    return value is MISSING or value is None or any(within(value, *one) for one in ranges)
