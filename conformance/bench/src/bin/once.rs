//! Runs one contestant over one body so many times: for callgrind.
fn main() {
    let mut arguments = std::env::args().skip(1);
    let (area, form, name) = (arguments.next().unwrap(), arguments.next().unwrap(), arguments.next().unwrap());
    let bodies = tally_bench::bodies::all();
    let body = bodies.iter().find(|body| body.area == area && body.form == form).unwrap();
    let all = tally_bench::contestants::all(body.area);
    let contestant = all.iter().find(|one| one.name == name).unwrap();
    for _ in 0..arguments.next().map_or(1, |n| n.parse().unwrap()) {
        std::hint::black_box((contestant.run)(&body.bytes));
    }
}
