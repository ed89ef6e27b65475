{
  _module = "args";
}
