//! What attackers do.

mod assignment;
mod guard;
mod identity;
mod sockets;
mod timing;
