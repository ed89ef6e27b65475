{
  imports = [ ../files/settings.yaml ];
}
