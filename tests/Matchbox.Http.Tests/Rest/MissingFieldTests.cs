using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Matchbox.Http.Access;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Tests.Rest;

/// <summary>What a request leaves out. Readers without reflection drop the values that a record's fields begin with, so no request relies on one.</summary>
public sealed class MissingFieldTests
{
    [Fact]
    public void A_field_that_is_left_out_is_what_the_record_begins_with()
    {
        var seen = 0;
        foreach (var shape in Shapes(RestJson.Default).Concat(Shapes(AccessJson.Default)))
        {
            var begun = Activator.CreateInstance(shape.Type)!;
            var read = JsonSerializer.Deserialize("{}", shape)!;
            foreach (var field in shape.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(field => field.CanWrite))
            {
                var (expected, actual) = (field.GetValue(begun), field.GetValue(read));
                Assert.True(AreAlike(expected, actual), $"{shape.Type.Name}.{field.Name} begins with '{expected}', and is read as '{actual}'");
            }
            seen++;
        }
        Assert.InRange(seen, 5, int.MaxValue);
    }

    [Fact]
    public async Task Requests_that_leave_everything_out_are_refused_and_no_fault_of_ours()
    {
        await using var host = await RestHost.StartAsync();
        foreach (var (method, path) in new[]
        {
            ("POST", "machines"), ("PUT", "webhooks/a"), ("PUT", "secrets/a"), ("POST", "users"), ("POST", "tokens"), ("PUT", "users/a/rights"), ("PUT", "users/a/password"),
            ("POST", "session"), ("POST", "setup"),
        })
        {
            var answer = await host.SendAsync(method, $"/api/v1/{path}", "{}");
            Assert.True(answer.Status is >= 400 and < 500, $"{method} {path}: {answer.Status} {answer.Text}");
            Assert.Equal(ProblemResult.MediaType, answer.Type);
        }
        Assert.Equal(200, (await host.SendAsync("POST", "/api/v1/documents", "{}")).Status);
        Assert.Equal(200, (await host.SendAsync("PUT", "/api/v1/apply", "{}")).Status);
    }

    // Those that can be made of nothing; an answer that cannot is no request.
    private static IEnumerable<JsonTypeInfo> Shapes(JsonSerializerContext context) =>
        from attribute in context.GetType().GetCustomAttributesData()
        where attribute.AttributeType == typeof(JsonSerializableAttribute)
        let type = (Type)attribute.ConstructorArguments[0].Value!
        where type.GetConstructor(Type.EmptyTypes) is not null && type.GetProperties().All(field => field.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is null)
        select context.GetTypeInfo(type)!;

    private static bool AreAlike(object? one, object? other) =>
        Equals(one, other) || (one is IEnumerable some && other is IEnumerable others && some.Cast<object>().SequenceEqual(others.Cast<object>()));
}
