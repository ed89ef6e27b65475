//! The units of the NixOS module under a real systemd, in a virtual machine with Debian.
//!
//! The units are those of the golden files of `tests/nixos`, which compares them with the evaluation of the module. The machine has no
//! Nix: the configs are built on this one. A generation is switched to as `nixos-rebuild switch` does: the files below /etc and
//! the units are replaced, and a unit is reloaded if its reload trigger alone changed, and restarted otherwise.
//!
//! These need QEMU, the image of `scripts/guest-image`, Nix and the static binary: `make test` runs them. Run alone:
//! `scripts/guest-image && scripts/nix --prepare && cargo test --all-features --test guest -- --ignored --nocapture`.

#![cfg(all(feature = "agent", feature = "deploy"))]

mod archive;
mod generation;
mod machine;
mod scenario;
