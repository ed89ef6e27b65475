# A generation of the virtual machine in tests/guest.
import ../guest/machine.nix "rejected"
