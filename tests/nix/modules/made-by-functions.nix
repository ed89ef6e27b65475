{ lib, ... }:
{
  app = lib.setAttrByPath [ "name" ] "made";
  labels = lib.genAttrs [ "a" ] (name: name);
  network = {
    limits = lib.mapAttrs' (name: value: lib.nameValuePair name value) { burst = 3; };
  };
}
