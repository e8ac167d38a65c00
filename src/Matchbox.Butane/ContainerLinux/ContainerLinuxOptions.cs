namespace Matchbox.Butane.ContainerLinux;

/// <summary>How a Container Linux Config is converted.</summary>
public sealed record ContainerLinuxOptions
{
    /// <summary>Indent the Ignition config and end it with a newline.</summary>
    public bool IsPretty { get; init; }

    /// <summary>Refuse a config with any finding.</summary>
    public bool IsStrict { get; init; }

    /// <summary>
    /// Where the machine will run, for dynamic data: one of <see cref="ContainerLinuxConverter.Platforms"/>, or empty for not known.
    /// </summary>
    public string Platform { get; init; } = "";

    /// <summary>Where local files are; null: there are none.</summary>
    public ILocalFiles? Files { get; init; }
}
