{
  imports = [ ../files/folder ];
}
