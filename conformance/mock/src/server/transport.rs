//! What connections speak.

#[cfg(feature = "tls")]
use super::tls::Tls;

/// What connections speak.
pub(crate) enum Transport {
    /// HTTP.
    Plain,
    /// HTTP over TLS.
    #[cfg(feature = "tls")]
    Tls(Tls),
}

impl Transport {
    /// The scheme of its URLs.
    pub(crate) const fn scheme(&self) -> &'static str {
        match self {
            Self::Plain => "http",
            #[cfg(feature = "tls")]
            Self::Tls(_) => "https",
        }
    }

    /// The port that its URLs need not name.
    pub(crate) const fn port(&self) -> u16 {
        match self {
            Self::Plain => 80,
            #[cfg(feature = "tls")]
            Self::Tls(_) => 443,
        }
    }
}
