{
  imports = [ ../files/settings.json ];
}
