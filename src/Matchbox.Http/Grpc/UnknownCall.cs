using System.Globalization;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Grpc;

/// <summary>Answers calls of services and methods that there are not, in the words of Go's gRPC server.</summary>
internal static class UnknownCall
{
    private static readonly string[] Services = ["rpcpb.Groups", "rpcpb.Profiles", "rpcpb.Ignition", "rpcpb.Generic", "rpcpb.Select"];

    public static Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is not true)
        {
            response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }
        var path = context.Request.Path.Value ?? "";
        var cut = path.LastIndexOf('/');
        var service = cut > 0 ? path[1..cut] : null;
        var text = service is null ? $"malformed method name: \"{path}\""
            : Services.Contains(service, StringComparer.Ordinal) ? $"unknown method {path[(cut + 1)..]} for service {service}"
            : $"unknown service {service}";
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)StatusCode.Unimplemented).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Percent(text);
        return Task.CompletedTask;
    }

    // gRPC over HTTP/2, "Status-Message": what is not printable ASCII, and the percent sign, as %XX.
    private static string Percent(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = octet is >= 0x20 and < 0x7f and not (byte)'%' ? encoded.Append((char)octet) : encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }
        return encoded.ToString();
    }
}
