//! Running services: the agent, deployments, rotation of secrets, the example node, profiles and tuning
//! in control groups, tuning by other signals, and a search for leaked secrets.

#[cfg(feature = "agent")]
mod agent;
#[cfg(feature = "deploy")]
mod canary;
#[cfg(all(feature = "agent", feature = "deploy"))]
mod children;
#[cfg(feature = "agent")]
mod control_groups;
#[cfg(feature = "deploy")]
mod deploy;
#[cfg(all(feature = "agent", feature = "seal", feature = "wipe-memory"))]
mod memory;
#[cfg(feature = "live")]
mod node;
#[cfg(feature = "live")]
mod rotation;
#[cfg(all(feature = "agent", feature = "flags"))]
mod tuning;
