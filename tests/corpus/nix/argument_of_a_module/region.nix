{
  _module.args.region = "eu";
}
