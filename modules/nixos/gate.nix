# The program that checks configs on the machine.
{ lib }:
{
  gateOf =
    cfg: lib.getExe' cfg.confgatePackage (cfg.confgatePackage.meta.mainProgram or "confgate");
}
