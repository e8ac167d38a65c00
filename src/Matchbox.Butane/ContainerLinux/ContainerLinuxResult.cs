namespace Matchbox.Butane.ContainerLinux;

/// <summary>What became of a Container Linux Config.</summary>
/// <param name="Ignition">The Ignition config of version 2.3.0; null if the Container Linux Config was refused.</param>
/// <param name="Findings">All that was found, in the order in which it was.</param>
/// <param name="Report">What ct prints to standard error; empty if there is nothing to say. Mostly UTF-8.</param>
public sealed record ContainerLinuxResult(
    ReadOnlyMemory<byte>? Ignition, IReadOnlyList<ContainerLinuxFinding> Findings, ReadOnlyMemory<byte> Report)
{
    /// <summary>There is an Ignition config.</summary>
    public bool IsConverted => Ignition is not null;
}
