//! The endpoint, served over HTTP.

mod admin;
mod answer;
mod backend;
mod body;
mod broadcast;
mod config;
mod connections;
mod fault_view;
mod guard;
mod journal;
mod places;
mod rate;
mod redact;
mod seldom;
mod served;
#[cfg(feature = "tls")]
mod tls;
mod transport;
mod wire;
mod work;
mod write_timeout;

pub(crate) use self::backend::{Backend, Delivery};
pub use self::config::Limits;
pub(crate) use self::connections::{Door, serve};
pub(crate) use self::fault_view::{ActiveFault, FaultArgument, FaultsView, KnownFault, KnownPreset};
pub(crate) use self::guard::Guard;
pub use self::journal::{Exchange, Message};
pub use self::rate::RateLimit;
pub(crate) use self::redact::Redact;
pub(crate) use self::served::{Served, Setup};
#[cfg(feature = "tls")]
pub use self::tls::TlsError;
#[cfg(feature = "tls")]
pub(crate) use self::tls::{Pem, Tls};
pub(crate) use self::transport::Transport;
pub(crate) use self::wire::Wire;
