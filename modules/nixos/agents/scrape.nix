# The job of this machine's Prometheus for an agent.
{ lib }:
name: agent:
let
  host =
    if lib.elem agent.listen.address [
      "0.0.0.0"
      "::"
    ] then
      "127.0.0.1"
    else
      agent.listen.address;
  target = if lib.hasInfix ":" host then "[${host}]" else host;
in
lib.optional agent.scrape (
  {
    job_name = "confgate-${name}";
    static_configs = [ { targets = [ "${target}:${toString agent.listen.port}" ]; } ];
  }
  // lib.optionalAttrs (agent.listen.tokenFile != null) {
    # Prometheus reads the file itself, so its user needs access to it.
    authorization.credentials_file = agent.listen.tokenFile;
  }
)
