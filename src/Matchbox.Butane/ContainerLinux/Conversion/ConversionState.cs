using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Schema;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>A config on its way from Container Linux Config to Ignition.</summary>
/// <param name="Config">What is converted.</param>
/// <param name="Document">The document that it was read from; null for an empty one.</param>
/// <param name="Options">What the caller asks for.</param>
/// <param name="Findings">What is found on the way.</param>
internal sealed record ConversionState(Record Config, SourceNode? Document, ContainerLinuxOptions Options, FindingList Findings)
{
    /// <summary>The spec that ct writes, 2.3.0, by its minor version.</summary>
    public const int Version = 3;

    /// <summary>The Ignition config as far as it is made.</summary>
    public Record Ignition { get; } = new(Spec2.Config.Type);

    public void AddUnit(Record unit) => Ignition.Open(Spec2.Config.Systemd).Add(Spec2.SystemdSection.Units, unit);

    public void AddFile(Record file) => Ignition.Open(Spec2.Config.Storage).Add(Spec2.StorageSection.Files, file);
}
