using Matchbox.Appliance.Commands;

return await CommandTree.RunAsync(args);
