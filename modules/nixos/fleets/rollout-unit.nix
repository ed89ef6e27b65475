# The unit of a controller of rollouts.
{ lib }:
let
  inherit (import ../command-line.nix { inherit lib; }) commandLine;
  inherit (import ./unit.nix { inherit lib; })
    networkUnit
    program
    serviceOptions
    storeCredentials
    storeOptions
    ;
in
name: rollout:
networkUnit "Controller of the rollouts of ${rollout.serviceName}"
  (storeCredentials "etcd" rollout.to // rollout.credentials)
  {
    ExecStart = commandLine (
      [
        (program rollout)
        "rollout"
        "run"
      ]
      ++ serviceOptions rollout
      ++ storeOptions {
        inherit (rollout) unitName;
        option = "--to";
        prefix = "etcd";
      } rollout.to
      ++ [
        "--lease"
        rollout.lease
      ]
      ++ rollout.extraArguments
    );
  }
