{
  flags.lobby.variants = {
    on = true;
    off = false;
  };
  flags.lobby.defaultVariant = "offf";
}
