{
  imports = [
    (
      { config, lib }@args:
      {
        app.name = lib.toUpper config.app.version;
      }
    )
  ];
}
