{
  imports = [ { _type = "option"; } ];
}
