namespace Matchbox.Appliance.Hosting;

/// <summary>Why the appliance cannot start, in words for the operator who mends it; there is nothing to see in a stack trace.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
