{
  warnings = [ "w" ];
}
