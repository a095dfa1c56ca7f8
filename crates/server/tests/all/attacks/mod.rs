//! What attackers do.

mod guard;
