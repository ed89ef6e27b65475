def main_pid():
    return machine.succeed("systemctl show --property MainPID --value bitcraps.service").strip()


def switch_to(variant):
    return f"/run/booted-system/specialisation/{variant}/bin/switch-to-configuration test"


def says(port, words):
    machine.wait_until_succeeds(f"curl --silent --fail localhost:{port} | grep --fixed-strings '{words}'", timeout=60)


machine.wait_for_unit("bitcraps.service")

with subtest("the service runs on the checked config and with its secret"):
    says(8333, "peers 100, secret of 33 letters")
    machine.succeed("/etc/bitcraps/gate check --environment Production /etc/bitcraps/config.toml")
    machine.succeed("systemd-analyze security --threshold=25 bitcraps.service")
    booted = main_pid()

with subtest("a live field reloads the process that runs"):
    machine.succeed(switch_to("live-field"))
    says(8333, "peers 200")
    assert main_pid() == booted, "the process is another one"

with subtest("a restart field restarts it"):
    machine.succeed(switch_to("restart-field"))
    says(8400, "peers 100")
    restarted = main_pid()
    assert restarted != booted, "the process is the same"

with subtest("a config that the gate refuses does not reach the process"):
    machine.succeed("/run/booted-system/bin/switch-to-configuration test")
    says(8333, "peers 100")
    before = main_pid()
    machine.execute(switch_to("refused"))
    machine.succeed("journalctl --unit bitcraps.service | grep --fixed-strings 'network.bootstrap_nodes[0] must be'")
    says(8333, "peers 100")
    assert main_pid() == before, "the process is another one"
    machine.succeed("systemctl is-active bitcraps.service")
