{
  assertions = [ { assertion = true; message = "m"; } ];
}
