{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      __functor =
        self:
        { lib, name', ... }:
        {
          app.name = lib.mkDefault name';
        };
      __functionArgs.name' = false;
    }
    { _module.args.name' = "called"; }
  ];
  expected = {
    app.name = "called";
  };
}
