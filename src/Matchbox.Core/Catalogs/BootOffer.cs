using System.Security.Cryptography;
using System.Text;

namespace Matchbox.Core.Catalogs;

/// <summary>A profile with what it needs to boot: its files, whether it installs, and a digest over all of it.</summary>
public sealed record BootOffer
{
    public required Profile Profile { get; init; }

    /// <summary>The Ignition config; null when the profile names none or its file is missing (<see cref="Fault"/>).</summary>
    public ConfigFile? Config { get; init; }

    /// <summary>The generic file; null when the profile names none or it is missing.</summary>
    public ConfigFile? Generic { get; init; }

    /// <summary>The cloud config; null when the profile names none or it is missing.</summary>
    public ConfigFile? Cloud { get; init; }

    public required InstallMark Mark { get; init; }

    /// <summary>
    /// SHA-256 over kernel, initrds, arguments and files, in hex: what an arming pins. Of a template it is the template and the
    /// group's data; neither the machine's own request nor what it is rendered to is part of it.
    /// </summary>
    public required string Digest { get; init; }

    /// <summary>Why it cannot boot as it stands, in words for a person; null when it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Its config, generic file and cloud config, those that are there.</summary>
    public IEnumerable<ConfigFile> Files => ((ConfigFile?[])[Config, Generic, Cloud]).OfType<ConfigFile>();

    public bool Installs => Mark.Installs;

    /// <param name="profile">What to boot.</param>
    /// <param name="config">Its config.</param>
    /// <param name="generic">Its generic file.</param>
    /// <param name="fault">Why it cannot boot, where more is known than the profile tells.</param>
    /// <param name="group">For whom, when the config is a template.</param>
    /// <param name="sample">How the template comes out for a machine of that group, as far as it can be known before one asks.</param>
    /// <param name="cloud">Its cloud config.</param>
    public static BootOffer Of(
        Profile profile, ConfigFile? config, ConfigFile? generic = null, string? fault = null, Group? group = null, RenderedConfig? sample = null,
        ConfigFile? cloud = null) => new()
    {
        Profile = profile,
        Config = config,
        Generic = generic,
        Cloud = cloud,
        Mark = InstallMark.Of(profile, config, generic, sample, cloud),
        Digest = DigestOf(profile, config, generic, cloud, group),
        Fault = fault ?? FaultOf(profile, config),
    };

    private static string? FaultOf(Profile profile, ConfigFile? config) =>
        profile.Boot is null ? $"profile {profile.Id} has no boot section"
        : profile.IgnitionId.Length > 0 && config is null ? $"profile {profile.Id} names the Ignition config {profile.IgnitionId}, which is not there"
        : null;

    private static string DigestOf(Profile profile, ConfigFile? config, ConfigFile? generic, ConfigFile? cloud, Group? group)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(profile.Boot?.Kernel ?? "");
        foreach (var part in profile.Boot is { } boot ? boot.Initrd.Concat(["--"]).Concat(boot.Args) : [])
        {
            Add(part);
        }
        Add(profile.IgnitionId);
        hash.AppendData(config is null ? default : config.Source.Span);
        if (generic is not null)
        {
            hash.AppendData([0]);
            hash.AppendData(generic.Source.Span);
        }
        if (cloud is not null)
        {
            // Not to be taken for a generic file.
            hash.AppendData([0, (byte)'c']);
            hash.AppendData(cloud.Source.Span);
        }
        if ((config?.Template ?? generic?.Template ?? cloud?.Template) is not null && group is not null)
        {
            hash.AppendData([0]);
            Add(group.Metadata);
            foreach (var (key, value) in group.Selector)
            {
                Add(key);
                Add(value);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }
    }
}
