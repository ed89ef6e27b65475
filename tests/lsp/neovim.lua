-- Drives each feature in Neovim, by the functions behind its key bindings, and writes what it finds to the file OUT, one line each.
local out = assert(io.open(vim.env.OUT, 'w'))

local function wait(what, condition)
  if not vim.wait(30000, condition, 20) then
    out:write('missing: ' .. what .. '\n')
    out:close()
    vim.cmd('cquit 1')
  end
end

local function report(name, text)
  out:write(name .. ': ' .. text .. '\n')
  out:flush()
end

local function diagnostics(count)
  wait(count .. ' diagnostics', function()
    return #vim.diagnostic.get(0) == count
  end)
  local lines = {}
  for _, found in ipairs(vim.diagnostic.get(0)) do
    table.insert(lines, (found.lnum + 1) .. ' ' .. found.code)
  end
  return table.concat(lines, ', ')
end

-- The text of the window that the hover opens.
local function hover()
  vim.lsp.buf.hover()
  local text
  wait('hover', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), ' ')
        vim.api.nvim_win_close(window, true)
        return true
      end
    end
    return false
  end)
  return text
end

local function completion()
  local params = vim.lsp.util.make_position_params(0, 'utf-8')
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 30000)
  local labels = {}
  for _, answer in pairs(answers) do
    for _, item in ipairs(answer.result.items) do
      table.insert(labels, item.label)
    end
  end
  return table.concat(labels, ' ')
end

vim.cmd.edit('a.toml')
wait('server', function()
  return #vim.lsp.get_clients({ bufnr = 0, name = 'confgate' }) == 1
end)
report('diagnostics', diagnostics(2))
vim.api.nvim_win_set_cursor(0, { 3, 2 })
report('hover', hover())
report('completion', completion())
-- The only suggestion for the misspelt key.
vim.api.nvim_win_set_cursor(0, { 2, 2 })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    return action.kind == 'quickfix'
  end,
})
wait('code action', function()
  return vim.api.nvim_buf_get_lines(0, 1, 2, false)[1] == 'max_connections = 500'
end)
report('code action', diagnostics(1))
vim.api.nvim_buf_set_lines(0, 2, 3, false, { 'listen_port=4000' })
diagnostics(0)
vim.lsp.buf.format({ timeout_ms = 30000 })
report('format', table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '|'))

vim.cmd('edit! b.yaml')
report('yaml', diagnostics(1))

vim.cmd('edit! relay.nix')
wait('server of Nix', function()
  return #vim.lsp.get_clients({ bufnr = 0, name = 'confgate' }) == 1
end)
vim.api.nvim_win_set_cursor(0, { 2, 11 })
report('nix hover', hover())
vim.api.nvim_buf_set_lines(0, 2, 3, false, { '  network.max_c' })
vim.api.nvim_win_set_cursor(0, { 3, 15 })
report('nix completion', completion())
out:close()
vim.cmd('qall!')
