{ settingsOf, ... }:
{
  actual = settingsOf [
    (
      {
        config,
        environment,
        lib,
        secret,
        ...
      }:
      {
        app = {
          name = environment;
          owner = config.app.level;
          level = lib.mkDefault (secret "LEVEL");
        };
      }
    )
  ];
  expected = {
    app = {
      name = "Production";
      owner = "\${SECRET_LEVEL}";
      level = "\${SECRET_LEVEL}";
    };
  };
}
