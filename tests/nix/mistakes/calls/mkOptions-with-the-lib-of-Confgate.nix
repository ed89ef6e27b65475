{ confgate, gate }:
gate.mkOptions {
  lib = gate;
}
