{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      network = lib.mkForce { };
      app = lib.mkIf true { };
    })
    { network = { }; }
  ];
  expected = {
    network = { };
    app = { };
  };
}
