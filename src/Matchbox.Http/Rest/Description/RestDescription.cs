using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Matchbox.Http.Rest.Description;

/// <summary>The API's description: an OpenAPI document, made when it is asked for, and a page that reads it.</summary>
public static class RestDescription
{
    private const string Document = "v1";

    // The page has its script from here; nothing on it may speak to another host, whatever the script would like.
    private const string PageMayOnly =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary><c>/openapi/v1.json</c>, and <c>/scalar</c>, which reads it without any other host.</summary>
    public static void MapRestDescription(this IEndpointRouteBuilder routes)
    {
        var both = routes.MapGroup("");
        // By its one name: others would be told back to whoever asks for them.
        both.MapOpenApi($"/openapi/{Document}.json").RequireAuthorization(AccessPolicies.Viewer);
        both.MapScalarApiReference(page => page
            .WithTitle("Matchbox API")
            .DisableDefaultFonts()
            .HideClientButton()
            // What these offer happens on the maker's servers: an assistant, sharing the document, telemetry. None may leave the appliance.
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools()
            .AddDocument(Document)).RequireAuthorization(AccessPolicies.ViewerOfAll);
        both.AddEndpointFilter((invocation, next) =>
        {
            invocation.HttpContext.Response.Headers.ContentSecurityPolicy = PageMayOnly;
            return next(invocation);
        });
    }

    internal static IServiceCollection AddRestDescription(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Matchbox",
                Version = HealthReport.Version,
                Description = "Bare-metal provisioning. Every error is a problem (RFC 9457); docs/api.md has an example of each task.",
            };
            // Whoever reads it reaches us by the address that he has.
            document.Servers = [new OpenApiServer { Url = "/" }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<RequestExample>().LastOrDefault() is { } request)
            {
                foreach (var content in operation.RequestBody?.Content?.Values ?? [])
                {
                    content.Example = JsonNode.Parse(request.Json);
                }
            }
            if (metadata.OfType<AnswerExample>().LastOrDefault() is { } answer && operation.Responses?.GetValueOrDefault("200")?.Content is { } shown)
            {
                foreach (var content in shown.Values)
                {
                    content.Example = JsonNode.Parse(answer.Json);
                }
            }
            foreach (var (status, response) in operation.Responses ?? [])
            {
                if (response.Content is { } contents && contents.TryGetValue(ProblemResult.MediaType, out var refusal)
                    && int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    var kind = ProblemKind.OfStatus(number);
                    refusal.Example = JsonSerializer.SerializeToNode(kind.With("what is wrong, where, and how to mend it"), RestJson.Default.Problem);
                }
            }
            if (metadata.OfType<RequiredRole>().LastOrDefault() is { } role)
            {
                operation.Description = $"{operation.Description}{(string.IsNullOrEmpty(operation.Description) ? "" : "\n\n")}Needs the role `{role.Name}`.";
            }
            return Task.CompletedTask;
        });
    });
}
