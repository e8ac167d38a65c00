namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>Ends the decoding where it is. <see cref="SourceDecoder"/> catches it; nothing else meets it.</summary>
#pragma warning disable CA1032, CA1064 // It never leaves this folder and always has its text.
internal sealed class DecodingFault(string problem) : Exception(problem);
#pragma warning restore CA1032, CA1064
