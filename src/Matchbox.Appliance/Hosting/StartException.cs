namespace Matchbox.Appliance.Hosting;

/// <summary>Why the appliance cannot start, in words for the operator who mends it; there is nothing to see in a stack trace.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Is it a failure whose own words are for the operator, or is one behind it.</summary>
    public static bool Explains(Exception failure) => failure is StartException or InvalidDataException || (failure.InnerException is { } cause && Explains(cause));
}
