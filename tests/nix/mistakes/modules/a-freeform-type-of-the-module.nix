{
  config._module.freeformType = null;
}
