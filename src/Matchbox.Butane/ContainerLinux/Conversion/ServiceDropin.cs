using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>A drop-in that starts a service with a command line of its own.</summary>
internal sealed class ServiceDropin
{
    private readonly List<string> _unit = [];
    private readonly List<string> _service = [];

    /// <summary>The options that a section of the config gives, as flags, in the order of its type.</summary>
    public static IEnumerable<string> Flags(Record section, int skip)
    {
        foreach (var field in section.Type.Fields.Skip(skip).Where(section.Has))
        {
            var name = field.Yaml == "interface" ? "iface" : field.Yaml.Replace('_', '-');
            var value = field.Kind switch
            {
                FieldKind.Text => GoText.Quote(section.Text(field)!),
                FieldKind.Flag => section.IsTrue(field) ? "true" : "false",
                _ => section.Number(field)!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            yield return $"--{name}={value}";
        }
    }

    /// <param name="variable">One environment variable with its value, or null.</param>
    /// <param name="error">What ct says if the flags want dynamic data that there is not; else null.</param>
    public static ServiceDropin? Of(string command, IEnumerable<string> flags, string? variable, string platform, out string? error)
    {
        var dropin = new ServiceDropin();
        var given = flags.ToArray();
        if (given.Any(DynamicData.IsUsedIn))
        {
            if (platform.Length == 0)
            {
                error = "platform must be specified to use templating";
                return null;
            }
            dropin._unit.AddRange(["Requires=coreos-metadata.service", "After=coreos-metadata.service"]);
            dropin._service.Add("EnvironmentFile=/run/metadata/coreos");
            for (var i = 0; i < given.Length; i++)
            {
                if (!DynamicData.TryFill(given[i], platform, out var filled))
                {
                    error = "unknown field";
                    return null;
                }
                given[i] = filled;
            }
        }
        if (variable is not null)
        {
            dropin._service.Add($"Environment=\"{variable}\"");
        }
        dropin._service.AddRange(["ExecStart=", "ExecStart=" + string.Join(" \\\n  ", [command, .. given])]);
        error = null;
        return dropin;
    }

    public void AddToService(string line) => _service.Add(line);

    /// <summary>The unit that it belongs to, enabled.</summary>
    public Record ToUnit(string unit, string name) => EnabledUnit(unit, name, ToString());

    /// <summary>An enabled unit with nothing but a drop-in.</summary>
    public static Record EnabledUnit(string name, string dropin, string contents)
    {
        var unit = UnitWithDropin(name, dropin, contents);
        return unit.Set(Spec2.Unit.Enable, true);
    }

    public static Record UnitWithDropin(string name, string dropin, string contents)
    {
        var unit = new Record(Spec2.Unit.Type).Set(Spec2.Unit.Name, name);
        unit.Add(Spec2.Unit.Dropins, new Record(Spec2.Dropin.Type).Set(Spec2.Dropin.Name, dropin).Set(Spec2.Dropin.Contents, contents));
        return unit;
    }

    public override string ToString()
    {
        var service = "[Service]\n" + string.Join('\n', _service);
        return _unit.Count == 0 ? service : "[Unit]\n" + string.Join('\n', _unit) + "\n\n" + service;
    }
}
