{
  _module.args = 5;
}
