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
  listen = import ../listen.nix { inherit lib; };
in
name: rollout:
networkUnit "Controller of the rollouts of ${rollout.serviceName}"
  (
    storeCredentials "etcd" rollout.to
    // listen.credentials "rollout" rollout.listen
    // rollout.credentials
  )
  {
    RuntimeDirectory = rollout.unitName;
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
      ++ listen.arguments "rollout" rollout
      ++ rollout.extraArguments
    );
  }
