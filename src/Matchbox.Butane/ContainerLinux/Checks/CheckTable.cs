using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Checks;

/// <summary>Says something against what is being checked; where, the walk knows.</summary>
internal delegate void Complain(Severity severity, string message);

/// <summary>Checks of structs and of single fields: what Go's types say in their methods <c>Validate</c> and <c>ValidateX</c>.</summary>
internal sealed class CheckTable
{
    private readonly Dictionary<StructType, Action<Record, Complain>> _structs = [];
    private readonly Dictionary<Field, Action<Record, Complain>> _fields = [];

    /// <summary>Checks a struct as a whole. After an error its parts are not looked at.</summary>
    public CheckTable Struct(StructType type, Action<Record, Complain> check)
    {
        _structs.Add(type, check);
        return this;
    }

    /// <summary>The same for a check that finds errors only.</summary>
    public CheckTable Struct(StructType type, Func<Record, IEnumerable<string>> faults) => Struct(type, (record, complain) =>
    {
        foreach (var fault in faults(record))
        {
            complain(Severity.Error, fault);
        }
    });

    /// <summary>The same for a check that finds one error, or null.</summary>
    public CheckTable Struct(StructType type, Func<Record, string?> fault) => Struct(type, Complaint(fault));

    /// <summary>Checks one field of a struct. It is shown at the field, or if that was not written, at the struct.</summary>
    public CheckTable Field(Field field, Action<Record, Complain> check)
    {
        _fields.Add(field, check);
        return this;
    }

    /// <summary>The same for a check that finds one error, or null.</summary>
    public CheckTable Field(Field field, Func<Record, string?> fault) => Field(field, Complaint(fault));

    public void Check(Record record, Complain complain) => _structs.GetValueOrDefault(record.Type)?.Invoke(record, complain);

    public void Check(Record record, Field field, Complain complain) => _fields.GetValueOrDefault(field)?.Invoke(record, complain);

    private static Action<Record, Complain> Complaint(Func<Record, string?> find) => (record, complain) =>
    {
        if (find(record) is { } fault)
        {
            complain(Severity.Error, fault);
        }
    };
}
