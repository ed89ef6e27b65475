{
  imports = [ { services.bitcraps.settings.app.name = "one"; } ];
  services.bitcraps.settings.app.name = "two";
}
