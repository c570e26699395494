namespace MinerFlow.Reporting.Push.Https;

/// <summary>How a package stands in the body of a request.</summary>
internal enum PackageForm
{
    /// <summary>multipart/form-data (RFC 7578): the parts <c>manifest</c>, <c>signature</c> and one <c>file</c> for each document, as they are.</summary>
    Multipart,

    /// <summary>One JSON object with <c>manifest</c>, <c>signature</c> and <c>files</c>, each document's bytes in base64.</summary>
    Json,
}
