{
  imports = [ ../files/settings.toml ];
}
