{
  flags.lobby = {
    variants = {
      on = true;
      off = false;
    };
    defaultVariant = "off";
    targeting."if" = [
      { "==" = [ { var = "plan"; } "pro" ]; }
      "onn"
      "off"
    ];
  };
}
