{ lib, ... }:
{
  _module.args.unused = throw "never evaluated";
  app.name = 1 + "a";
}
