//! Faults after what users of such APIs suffer, under the names that they give it.

/// A fault under the name of what it feels like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// The name that `--fault` takes.
    pub name: &'static str,
    /// What a caller sees.
    pub summary: &'static str,
    /// The fault, as `--fault` takes it.
    pub fault: &'static str,
}

/// The presets.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "expired-session",
        summary: "every call is refused as one with an expired token",
        fault: "session-expired",
    },
    Preset {
        name: "request-limit-exceeded",
        summary: "every call gets \"too many requests\"",
        fault: "too-many-requests",
    },
    Preset {
        name: "silent-drop",
        summary: "records pass and are counted, and are not kept",
        fault: "passes-not-kept",
    },
    Preset {
        name: "dates-off-by-one",
        summary: "dates are echoed as the day before",
        fault: "dates-off-by-one",
    },
    Preset { name: "ids-lowercased", summary: "IDs come back in lower case", fault: "ids-lower-cased" },
    Preset {
        name: "read-timeout",
        summary: "request is processed but never answered",
        fault: "answer-never-comes",
    },
    Preset {
        name: "token-expires",
        summary: "the token expires midway, after 100 requests",
        fault: "token-expires-after=100",
    },
    Preset {
        name: "quota-spent",
        summary: "the quota is spent midway, after 100 requests",
        fault: "quota-after=100",
    },
    Preset {
        name: "maintenance",
        summary: "maintenance begins midway, after 100 requests",
        fault: "maintenance-after=100",
    },
];

/// The preset of that name.
pub(super) fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::super::{CATALOGUE, Fault};
    use super::*;

    #[test]
    fn each_preset_is_a_fault() {
        for preset in PRESETS {
            let fault: Fault = preset.fault.parse().expect(preset.name);
            assert_eq!(preset.name.parse::<Fault>().map(|chosen| chosen.to_string()), Ok(fault.to_string()));
        }
    }

    #[test]
    fn a_name_that_is_a_fault_s_too_means_that_fault() {
        for preset in PRESETS.iter().filter(|preset| CATALOGUE.iter().any(|entry| entry.name == preset.name))
        {
            assert_eq!(preset.fault, preset.name);
        }
    }
}
