{
  imports = [ 1 ];
}
