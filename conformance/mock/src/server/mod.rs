//! The endpoint, served over HTTP.

mod admin;
mod answer;
mod backend;
mod body;
mod broadcast;
mod config;
mod connections;
mod guard;
mod journal;
mod redact;
mod served;
mod wire;
mod work;
mod write_timeout;

pub(crate) use self::backend::{Backend, Delivery};
pub use self::config::Limits;
pub(crate) use self::connections::serve;
pub(crate) use self::guard::Guard;
pub use self::journal::{Exchange, Message};
pub(crate) use self::redact::Redact;
pub(crate) use self::served::{Served, Setup};
pub(crate) use self::wire::Wire;
