# The machine of a generation in tests/guest. Packages are in /usr of the virtual machine, which has no store.
generation:
let
  program = mainProgram: {
    type = "derivation";
    name = mainProgram;
    outPath = "/usr";
    system = "x86_64-linux";
    meta = { inherit mainProgram; };
  };
in
{
  services.bitcraps = {
    enable = true;
    package = program "bitcraps";
    confgatePackage = program "confgate";
    settings = (import ./settings.nix).${generation};
    secrets.ALERT_WEBHOOK = "/etc/secrets/alert-webhook";
  };

  services.confgate.agents.node = {
    package = program "confgate";
    config = "/var/lib/confgate/bitcraps/current";
    secrets.ALERT_WEBHOOK = "/etc/secrets/alert-webhook";
  };
}
