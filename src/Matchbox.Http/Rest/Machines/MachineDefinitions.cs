using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest.Problems;
using Matchbox.Protocols;

namespace Matchbox.Http.Rest;

/// <summary>What calls write of machines: names, identifiers and labels, checked.</summary>
internal sealed class MachineDefinitions(MachineRegistry machines, TimeProvider clock)
{
    private const int MaxName = 253;
    private const int MaxLabels = 256;
    private const int MaxLabel = 1024;

    /// <summary>Names what can be written of a machine: equal for equal definitions.</summary>
    public static string RevisionOf(Machine machine)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(machine.Name);
        Add(string.Join(' ', machine.Macs));
        Add(machine.Uuid?.ToString() ?? "");
        Add(machine.Serial ?? "");
        foreach (var (key, value) in machine.Labels)
        {
            Add(key);
            Add(value);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));

        void Add(string text)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }
    }

    /// <summary>Why calls do not change this machine; null when they may.</summary>
    public static CommandOutcome? WhyNot(Machine machine) => machine.Origin switch
    {
        MachineOrigin.Declared => throw new ProblemException(ProblemKind.Declared, $"{machine.Id} is declared in the settings: change it there"),
        MachineOrigin.Seen => new CommandOutcome.Refused($"{machine.Id} was only seen: put it into the inventory first, with POST /api/v1/machines"),
        _ => null,
    };

    /// <exception cref="ProblemException">A name or a label cannot be one.</exception>
    public static MachineDefinition Check(MachineDefinition definition)
    {
        CheckName(definition.Name);
        CheckLabels(definition.Labels?.AsEnumerable() ?? []);
        return definition;
    }

    public static ImmutableSortedDictionary<string, string> LabelsOf(IEnumerable<KeyValuePair<string, string?>>? labels) =>
        Merge(ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal), labels);

    public static ImmutableSortedDictionary<string, string> Merge(
        ImmutableSortedDictionary<string, string> present, IEnumerable<KeyValuePair<string, string?>>? patch)
    {
        var merged = present.ToBuilder();
        foreach (var (key, value) in patch ?? [])
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                merged[key] = value;
            }
        }
        return merged.Count <= MaxLabels ? merged.ToImmutable() : throw Fault("/labels", $"{MaxLabels} labels at most");
    }

    /// <summary>A new machine, or the one that is known by these identifiers with the new ones added.</summary>
    /// <exception cref="ProblemException">Something in it names no machine, or more than one.</exception>
    public Machine Read(NewMachine asked)
    {
        var macs = new List<HardwareAddress>();
        foreach (var text in asked.Macs ?? [])
        {
            if (!HardwareAddress.TryParse(text, out var mac) || mac.IsMulticast || mac.IsZero)
            {
                throw Fault($"/macs/{macs.Count}", $"'{text}' is not the MAC address of a machine, such as 52:54:00:77:00:01");
            }
            macs.Add(mac);
        }
        MachineUuid? uuid = null;
        if (asked.Uuid is { } uuidText)
        {
            uuid = MachineUuid.TryParse(uuidText, out var parsed) && parsed.IsIdentity ? parsed
                : throw Fault("/uuid", $"'{uuidText}' is not a UUID that names one machine");
        }
        if (asked.Serial is { } serial && !SerialNumber.IsIdentity(serial))
        {
            throw Fault("/serial", $"'{serial}' is not a serial number that names one machine");
        }
        if (macs.Count == 0 && uuid is null && asked.Serial is null)
        {
            throw Fault("", "a machine needs something that names it: a MAC, a UUID or a serial number");
        }
        CheckName(asked.Name);
        CheckLabels(asked.Labels?.Select(label => KeyValuePair.Create(label.Key, (string?)label.Value)) ?? []);
        var recognised = machines.Recognise(new MachineClaims(macs.Count > 0 ? macs[0] : null, uuid, asked.Serial));
        if (recognised.Conflict is { } conflict)
        {
            throw Fault("", $"these identifiers belong to different machines: {conflict}");
        }
        var present = recognised.Machine ?? new Machine
        {
            Id = macs.Count > 0 ? macs[0].ToHyphenString() : uuid?.ToString() ?? asked.Serial!,
            FirstSeenAt = clock.GetUtcNow(),
        };
        return present with
        {
            Name = asked.Name ?? present.Name,
            Macs = [.. present.Macs.Union(macs)],
            Uuid = uuid ?? present.Uuid,
            Serial = asked.Serial ?? present.Serial,
            Labels = asked.Labels is { } labels ? present.Labels.SetItems(labels) : present.Labels,
        };
    }

    private static void CheckName(string? name)
    {
        if (name is { Length: > 0 } && (name.Length > MaxName || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))))
        {
            throw Fault("/name", $"'{name}' is not a host name: letters, digits, hyphens and dots");
        }
    }

    private static void CheckLabels(IEnumerable<KeyValuePair<string, string?>> labels)
    {
        foreach (var (key, value) in labels)
        {
            if (key.Length is 0 or > MaxLabel || key.Any(char.IsControl) || value is { Length: > MaxLabel } || value?.Any(char.IsControl) == true)
            {
                throw Fault($"/labels/{key}", $"a label has a key and a value of {MaxLabel} characters at most, without control characters");
            }
        }
    }

    private static ProblemException Fault(string pointer, string detail) =>
        new(ProblemKind.InvalidRequest, detail, new ProblemError { Pointer = pointer, Detail = detail });
}
