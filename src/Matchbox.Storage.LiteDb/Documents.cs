using System.Text.Json;
using System.Text.Json.Serialization;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Secrets;
using Matchbox.Core.Webhooks;
using Matchbox.Protocols;

namespace Matchbox.Storage.LiteDb;

/// <summary>Values as JSON texts: readable in the file, and a field that a later version adds is simply absent in an older document.</summary>
internal static class Documents
{
    private static readonly DocumentContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters =
        {
            new TextConverter<HardwareAddress>(HardwareAddress.Parse),
            new TextConverter<IPv4Address>(IPv4Address.Parse),
            new TextConverter<MachineUuid>(text => new MachineUuid(Guid.Parse(text))),
        },
    });

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Context);

    public static T Read<T>(string json) => (T)JsonSerializer.Deserialize(json, typeof(T), Context)!;

    private sealed class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}

[JsonSerializable(typeof(Machine))]
[JsonSerializable(typeof(ApplianceEvent))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(ApiToken))]
[JsonSerializable(typeof(Session))]
[JsonSerializable(typeof(SetupCode))]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class DocumentContext : JsonSerializerContext;
